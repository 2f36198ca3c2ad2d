// Runs Bun with the given arguments on a machine that may have nothing but Node.js, npm and this
// folder:
//
//     node scripts/with-bun.mjs src/main.ts demo
//
// The first run, and the first one after bun.lock has changed, puts Bun and the packages into
// node_modules; the others only compare a hash. Plain JavaScript for Node.js alone, since nothing
// else is there before it has run.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const bunPackage = join(modules, "bun");
/** Its name on every platform. */
const bun = join(bunPackage, "bin", "bun.exe");
/** Tells for which bun.lock the packages were installed. */
const stampFile = join(modules, ".installed-for");

/** npm and Bun leave a small script in the place of Bun where install scripts are turned off. */
const bunBytesMin = 1024 * 1024;

try {
  if (!isReal(bun) || read(stampFile) !== stamp()) install();
  run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function stamp() {
  const hash = createHash("sha256");
  for (const name of ["package.json", "bun.lock"]) hash.update(readFileSync(join(root, name)));
  return `${hash.digest("hex")} ${process.platform} ${process.arch}\n`;
}

function install() {
  const wanted = JSON.parse(read(join(root, "package.json"))).devDependencies.bun;
  console.error(`Installing Bun ${wanted} and the packages, once`);
  const bootstrap = join(modules, ".bootstrap");
  try {
    const installer = findBun(modules, wanted) ?? fetchBun(bootstrap, wanted);
    call([installer, "install", "--frozen-lockfile"], root);
    // Install scripts may be turned off on this machine; what this one does is to put Bun in its
    // place.
    if (!isReal(bun)) call([process.execPath, "install.js"], bunPackage);
  } finally {
    rmSync(bootstrap, { recursive: true, force: true });
  }
  if (!isReal(bun)) throw new Error(`Cannot install Bun ${wanted}: ${bun} is not the program`);
  // Sources are made of others here; the type check wants them to be there.
  call([bun, "scripts/client.ts"], root);
  writeFileSync(stampFile, stamp());
}

/**
 * Bun from the packages in a folder, be its install script run or not; of several platforms the one
 * that works.
 */
function findBun(folder, wanted) {
  const scope = join(folder, "@oven");
  const platforms = isFolder(scope) ? readdirSync(scope) : [];
  const candidates = [
    join(folder, "bun", "bin", "bun.exe"),
    ...platforms.flatMap((name) => [
      join(scope, name, "bin", "bun"),
      join(scope, name, "bin", "bun.exe"),
    ]),
  ];
  return candidates.filter(isReal).find((path) => {
    const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
    return stdout?.trim() === wanted;
  });
}

function fetchBun(folder, wanted) {
  mkdirSync(folder, { recursive: true });
  const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--include=optional"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  call([...npm(), "install", "--prefix", folder, ...options, ...quiet, `bun@${wanted}`], folder);
  const found = findBun(join(folder, "node_modules"), wanted);
  if (found === undefined) {
    throw new Error(`Cannot install Bun ${wanted}: none for ${process.platform} ${process.arch}`);
  }
  return found;
}

/** The npm that started us, if it did: that needs no shell on Windows either. */
function npm() {
  const path = process.env.npm_execpath ?? "";
  return /^npm(-cli)?\.c?js$/.test(basename(path)) ? [process.execPath, path] : ["npm"];
}

/**
 * Its output goes to standard error: standard output belongs to the program that is run afterwards.
 */
function call([command, ...parameters], cwd) {
  const { error, status, signal } = spawnSync(command, parameters, {
    cwd,
    stdio: ["ignore", 2, 2],
  });
  if (error === undefined && status === 0) return;
  const reason = error?.message ?? (signal === null ? `exit code ${status}` : signal);
  throw new Error(`Cannot install Bun: ${[command, ...parameters].join(" ")}: ${reason}`);
}

/** Bun with our own arguments, streams, signals and exit code. */
function run() {
  // Heard before there is a child that can say it is ready, and delivered when there is one.
  const passOn = (signal) => child.kill(signal);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, passOn);
  // A terminal sends its Ctrl-C to the child as well.
  process.on("SIGINT", () => process.stdin.isTTY || passOn("SIGINT"));
  const child = spawn(bun, process.argv.slice(2), { stdio: "inherit" });
  if (process.env.npm_lifecycle_event !== undefined) watchParent(() => passOn("SIGTERM"));
  child.on("error", (error) => {
    console.error(`Cannot run ${bun}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * npm passes a SIGTERM to the shell that it runs scripts in, which dies of it without telling us.
 */
function watchParent(onEnd) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onEnd();
  }, 250);
}

function isReal(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.size >= bunBytesMin;
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
