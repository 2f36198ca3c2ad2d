/** What the page shows, and how it gets in. */
export interface Room {
  /** UUID of the method of all logins. */
  readonly method: string;
  /** As the method wants them. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Access token, where the server wants one. */
  readonly token?: string;
  readonly computers: readonly NamedComputer[];
}

export interface NamedComputer {
  readonly name: string;
  /** As in the API: a name or an address, with `:port` if need be. */
  readonly address: string;
}

/** Where the server puts a room into its page that is to be shown without being asked for. */
export const givenRoomId = "given-room";
