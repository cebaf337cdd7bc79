/** The rules of this house that no general linter knows, as a plugin of oxlint. */
import { dirname, join, relative, resolve, sep } from "node:path";
import { forbidden } from "./layers.js";

const root = resolve(import.meta.dirname, "..");

function projectPath(file) {
  return relative(root, file).split(sep).join("/");
}

/** @returns the file of this project a specifier means, or undefined for another package */
function importedFile(importer, specifier) {
  if (specifier.startsWith(".")) return projectPath(join(dirname(importer), specifier));
  // The package's name for itself.
  if (specifier === "backplane") return "mod.ts";
  if (specifier === "backplane/testing") return "runtime/testing.ts";
  return specifier.startsWith("backplane/plugins/") ? `${specifier.slice("backplane/".length)}/contract.ts` : undefined;
}

const layers = {
  meta: { type: "problem", docs: { description: "Imports go one way; see layers.js." } },
  create(context) {
    const check = (node) => {
      if (typeof node.source?.value !== "string") return;
      const imported = importedFile(context.filename, node.source.value);
      if (imported === undefined) return;
      const reason = forbidden(projectPath(context.filename), imported);
      if (reason !== undefined) context.report({ node: node.source, message: `Cannot import ${imported}: ${reason}.` });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

export default { meta: { name: "house" }, rules: { layers } };
