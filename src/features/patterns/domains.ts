/** Top-level domains: every country code in use, and the general ones that are met with in letters. */
export const topLevelDomains: ReadonlySet<string> = new Set(
  (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci " +
    "ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp " +
    "gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li " +
    "lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om " +
    "pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st sv sx sy sz tc td " +
    "tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw " +
    "com org net edu gov mil int info biz name pro aero coop museum jobs mobi travel cat tel asia post " +
    "app dev web site online shop store blog cloud tech page link xyz top club live news media agency digital email support " +
    "bank finance insurance law legal doctor health care hotel restaurant cafe art design studio photo music film games team " +
    "group company business consulting services solutions systems software network academy school university education " +
    "berlin hamburg koeln bayern wien paris london amsterdam brussels vlaanderen swiss scot wales irish quebec nyc tokyo moscow " +
    "bzh corsica eus gal frl ngo foundation charity church community social world global international express world earth " +
    "test example invalid localhost local"
  ).split(" "),
);
