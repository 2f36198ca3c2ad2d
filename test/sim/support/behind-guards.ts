/** For `bun test --preload`: see guards.ts. */
process.env.GUARDS = "on";
