/**
 * What an editor and `npx tsc` need to check plugins as they are run: types are stripped, never compiled. For a folder
 * that has no tsconfig.json yet.
 */
export function tsconfigTemplate(): string {
  const compilerOptions = {
    target: "ES2023",
    module: "nodenext",
    types: ["node"],
    strict: true,
    noImplicitOverride: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  };
  return `${JSON.stringify({ compilerOptions, include: ["plugins", "*.ts"] }, null, 2)}\n`;
}
