interface Socket {
  readonly remoteAddress?: string | undefined;
}

/**
 * Where a request comes from, an IPv4 address always as such. Undefined when the client has gone
 * already.
 */
export function clientAddress(socket: Socket): string | undefined {
  return socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "");
}
