import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

export interface Import {
  /** The importing file, relative to src/. */
  readonly from: string;
  /** The imported file relative to src/, or the package. */
  readonly to: string;
  readonly isPackage: boolean;
  /** Erased when compiled. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Every import, export … from and import() of the sources under a folder; tests are left out. */
export function importsUnder(src: string): Import[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .sort()
    .flatMap((name) => importsOf(src, name));
}

function importsOf(src: string, from: string): Import[] {
  const file = ts.createSourceFile(from, readFileSync(join(src, from), "utf8"), ts.ScriptTarget.Latest, false);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: string, typeOnly: boolean): void => {
    const isPackage = !specifier.startsWith(".");
    const to = isPackage
      ? specifier.replace(/^((?:@[^/]+\/)?[^/]+).*$/, "$1")
      : relative(src, join(src, dirname(from), specifier)).replaceAll("\\", "/");
    found.push({
      from,
      to,
      isPackage,
      typeOnly,
      line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1,
    });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const specifier = (node.moduleSpecifier as ts.StringLiteral).text;
      add(node, specifier, ts.isImportDeclaration(node) ? isErased(node.importClause) : node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (ts.isStringLiteralLike(specifier)) add(node, specifier.text, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, (node.argument.literal as ts.StringLiteral).text, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((e) => e.isTypeOnly)
  );
}
