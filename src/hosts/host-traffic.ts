/** What all hosts have sent since the start, for those who count it. */
export class HostTraffic {
  /** Of screens. */
  updates = 0;
  /** Without those of TLS. Noted when a message has been read, and at the end of a session. */
  receivedBytes = 0;
}
