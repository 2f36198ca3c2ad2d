#!/usr/bin/env bun
import "./replace-process.ts";
// Before all that takes time to load.
import { signals } from "./cli/signals.ts";
import { parseArguments } from "./cli/arguments.ts";
import { run } from "./cli/run.ts";
import { UsageError } from "./cli/usage-error.ts";
import { SettingsError } from "./config/settings-error.ts";
import { ListenError } from "./listener/server.ts";

const exitCode = { failed: 1, usage: 2 } as const;

try {
  process.exitCode = await run(parseArguments(process.argv.slice(2)), signals);
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof SettingsError;
  const isExpected = isUsage || error instanceof ListenError;
  console.error(isExpected ? error.message : error);
  process.exitCode = isUsage ? exitCode.usage : exitCode.failed;
}
