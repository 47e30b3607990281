// Copies from node_modules to the folder given what package.json's "copied" names: for each
// package, files or folders; fails on a name that is not there. "from -> to" renames.
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const [target] = process.argv.slice(2);
const { copied } = JSON.parse(readFileSync("package.json", "utf8"));

rmSync(target, { recursive: true, force: true });
for (const [name, paths] of Object.entries(copied)) {
  for (const path of paths) {
    const [from, to = path] = path.split(" -> ");
    const destination = join(target, name, to);
    mkdirSync(dirname(destination), { recursive: true });
    cpSync(join("node_modules", name, from), destination, { recursive: true });
  }
  for (const licence of ["LICENSE", "LICENSE.md", "LICENSE.txt"]) {
    try {
      cpSync(join("node_modules", name, licence), join(target, name, basename(licence)));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
}
