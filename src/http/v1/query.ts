/**
 * The parameters of a query as the reference (QUrlQuery) reads them: the last one of a name counts,
 * `&` alone separates, a plus sign is a plus sign, and an encoded one or an encoded control
 * character stays encoded.
 */
export function queryParameters(url: string): ReadonlyMap<string, string> {
  const [, query = ""] = /^[^?#]*\?([^#]*)/.exec(url) ?? [];
  const parameters = new Map<string, string>();
  for (const parameter of query.split("&")) {
    const [, name, value = ""] = /^([^=]*)=?(.*)$/s.exec(parameter)!;
    parameters.set(decode(name), decode(value));
  }
  return parameters;
}

const keptEncoded = /%(?=2b|[01][0-9a-f]|7f)/gi;

/** A text whose encoding is broken stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(keptEncoded, "%25"));
  } catch {
    return text;
  }
}
