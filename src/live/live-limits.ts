/** What a live socket may ask for, and all of them together. */
export const liveLimits = {
  /** Views that a socket has of one connection: each of several screens, small and large. */
  viewsPerConnectionMax: 16,
  /** Views of all sockets. */
  viewsMax: 4096,
  /** Messages of a client a second, over some seconds: a mouse tells of 125 moves a second. */
  messagesPerSecondMax: 500,
  /** Messages that may come at once. */
  messagesAtOnceMax: 2000,
  /** Answers to messages that a client has not read. */
  unreadAnswersMax: 64,
} as const;
