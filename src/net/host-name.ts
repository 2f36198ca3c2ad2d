/** The one spelling in which names of hosts are compared. */
export function comparedName(name: string): string {
  return name.normalize("NFC").toLowerCase().replace(/\.$/, "");
}
