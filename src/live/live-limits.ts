/** What a live socket may ask for, and all of them together. */
export const liveLimits = {
  /** Views that a socket has of one connection: each of several screens, small and large. */
  viewsPerConnectionMax: 16,
  /** Views of all sockets. */
  viewsMax: 4096,
  /** Messages of a client a second, over some seconds: twice as many as hands may do. */
  messagesPerSecondMax: 1000,
  /** Messages that may come at once. */
  messagesAtOnceMax: 4000,
  /** Answers to messages that a client has not read. */
  unreadAnswersMax: 64,
} as const;
