/** The page's whole style. Colours are named once for light and once for dark; paper is light. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1b1e23; --soft: #5c636e; --line: #d9dbd6; --wash: #f2f2ee;
  --held: #1a7f4b; --missed: #b3361e; --mark: #fff4cf; --bad: 198 66 40; --lost: 217 95 2; --gained: 33 102 172;
  --c1: #8a8f98; --c2: #2264b0; --c3: #c2571a; --c4: #7a3fa0; --c5: #13807c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #e6e7e4; --soft: #9aa1ab; --line: #343940; --wash: #1e2227;
    --held: #5cc98f; --missed: #f08a70; --mark: #3a3418; --bad: 236 110 84; --lost: 176 82 10; --gained: 40 100 170;
    --c1: #9aa1ab; --c2: #6fa8ea; --c3: #ee9055; --c4: #c08be4; --c5: #4cc1ba;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
body { margin: 0; }
main { max-width: 1220px; margin: 0 auto; padding: 40px 32px 80px; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; margin: 0 0 .8rem; letter-spacing: -.005em; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p, ul, ol { max-width: 76ch; }
.stage { font-size: .75rem; letter-spacing: .08em; color: var(--soft); margin: 0 0 .15rem; font-variant-caps: all-small-caps; font-size: .95rem; }
.sentence { font-size: 1.2rem; line-height: 1.5; max-width: 64ch; margin: .2rem 0 1rem; }
.held { color: var(--held); font-weight: 600; }
.missed { color: var(--missed); font-weight: 600; }
td .held, td .missed { white-space: nowrap; }
.line { display: block; }
.soft, .n, .interval, .none, figcaption, caption { color: var(--soft); }
.none { font-style: italic; font-size: .88em; }
td .none { display: inline-block; min-width: min(26ch, 40vw); white-space: normal; }
.figure b { font-weight: 600; }
.figure, td { font-variant-numeric: tabular-nums; }
.figure, .nowrap { white-space: nowrap; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: .7rem 0; margin: 1.4rem 0 0; border-block: 1px solid var(--line); font-size: .92rem; }
nav a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .25em; }
nav a:hover { text-decoration-color: currentColor; }
section { padding: 2.2rem 0 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 1.4rem; align-items: start; }
figure { margin: .6rem 0; }
figcaption, caption { font-size: .88rem; text-align: left; }
caption { padding: 0 0 .45rem; max-width: min(90ch, calc(100vw - 64px)); }
.plot { width: 100%; height: auto; overflow: visible; --plot-background: var(--paper); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .88rem; margin: .2rem 0 .4rem; padding: 0; list-style: none; }
.legend svg { width: 12px; height: 12px; vertical-align: -1px; margin-right: .35rem; overflow: visible; }
.table { overflow-x: auto; margin: .9rem 0 1.2rem; }
.table:focus-visible { outline: 2px solid var(--c2); outline-offset: 4px; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .32rem .62rem .32rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-weight: 500; color: var(--soft); vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 500; white-space: nowrap; max-width: 52ch; }
th bdi { white-space: normal; overflow-wrap: break-word; }
tr.marked > * { background: var(--mark); }
.heat td, .matrix td { border-left: 2px solid var(--paper); padding: .3rem .55rem; white-space: nowrap; line-height: 1.25; }
.heat small { display: block; opacity: .85; font-size: .78rem; }
.matrix td { text-align: right; min-width: 2.6em; }
.matrix thead th { padding-left: .5rem; }
.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 11rem; overflow: hidden; text-overflow: ellipsis; }
.heat td[style], .matrix td[style] { background: rgb(var(--bad) / var(--a)); }
.damage td { border-left: 2px solid var(--paper); border-top: 2px solid var(--paper); padding: .1rem .45rem; text-align: right; min-width: 4.2em; white-space: nowrap; }
.damage td.n { min-width: 0; padding-left: 0; }
.damage tbody th { padding-block: .1rem; border-top: 0; }
.damage thead th:nth-child(n + 2) { text-align: right; padding: 0 .45rem .2rem; }
.lost { background: rgb(var(--lost) / var(--a)); }
.gained { background: rgb(var(--gained) / var(--a)); }
.untold { color: var(--soft); background: repeating-linear-gradient(135deg, var(--line) 0 1px, transparent 1px 6px); }
.damage-legend li { padding: 0 .6rem; font-variant-numeric: tabular-nums; }
.quoted { display: block; max-width: 48ch; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr)); gap: .9rem 1.6rem; margin: .8rem 0; }
dl > div { border-top: 1px solid var(--line); padding-top: .4rem; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
dd .figure { white-space: normal; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 350px), 1fr)); gap: .9rem; padding: 0; list-style: none; max-width: none; counter-reset: card; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; background: var(--wash); }
.card blockquote { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 14em; overflow: auto; }
.cards.wide { display: block; columns: 2 460px; column-gap: .9rem; }
.cards.wide .card { break-inside: avoid; margin-bottom: .9rem; }
.cards.wide blockquote { max-height: 22em; line-height: 1.75; font-size: .92rem; }
.card ul { margin: .3rem 0; padding-left: 1.1rem; font-size: .88rem; }
mark { background: none; color: inherit; padding: 0 .12em; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
mark.right { border-bottom: 2px solid var(--held); }
mark.missed { font-weight: inherit; color: inherit; border: 1.5px dashed var(--missed); border-radius: 3px; }
mark.stray { text-decoration: underline wavy var(--missed); text-underline-offset: .2em; text-decoration-skip-ink: none; }
mark.taken { background: var(--mark); border-bottom: 3px double var(--missed); }
.tag { font-size: .72em; color: var(--soft); margin: 0 .1em 0 .15em; white-space: nowrap; }
.card p { margin: 0; font-size: .88rem; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--soft); font-size: .92rem; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; font-size: .88rem; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .92em; overflow-wrap: anywhere; }
.reasons li { margin: .25rem 0; }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--line); font-size: .88rem; color: var(--soft); }
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --wash: #f4f4f1;
    --held: #1a7f4b; --missed: #b3361e; --mark: #fff4cf; --bad: 198 66 40; --lost: 217 95 2; --gained: 33 102 172;
    --c1: #8a8f98; --c2: #2264b0; --c3: #c2571a; --c4: #7a3fa0; --c5: #13807c;
  }
  @page { margin: 14mm; }
  html { font-size: 8pt; }
  nav { display: none; }
  summary { list-style: none; }
  dl { grid-template-columns: repeat(4, 1fr); gap: .6rem 1.2rem; }
  main { max-width: none; padding: 0; }
  table { font-size: .82rem; }
  .pair { grid-template-columns: 1fr 1fr; }
  .cards { grid-template-columns: repeat(3, 1fr); }
  .cards.wide { columns: 2 200px; }
  td .figure { white-space: normal; }
  section { break-inside: auto; }
  figure, tr, dl > div, .card { break-inside: avoid; }
  h2, h3, caption, .stage, .sentence { break-after: avoid; }
  blockquote { max-height: none; }
  .table { overflow: visible; max-height: none; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; opacity: 1; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
