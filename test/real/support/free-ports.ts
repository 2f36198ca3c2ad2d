/**
 * Loopback ports that are free now, all different: they are taken from the system together, then
 * given back. Linux hands out odd ports to listeners and even ones to outgoing connections while it
 * can, so that nobody takes them in the moment before their user binds them.
 */
export function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () =>
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } }),
  );
  const ports = listeners.map((listener) => listener.port);
  for (const listener of listeners) listener.stop(true);
  return ports;
}
