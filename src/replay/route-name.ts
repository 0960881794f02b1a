/** The name of a request's route: method and path, without the query, identifiers collapsed to `:id`. */

/** The route of requests whose request line cannot be read (binary ones, usually answered with status 400). */
export const UNREADABLE_ROUTE = "unreadable request";
/** Longest name of a route, characters; the rest is cut off. */
const NAME_CHARACTERS_MAX = 200;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const REQUEST_LINE = /^([A-Z][A-Z_-]{0,19}) (\S[^]*?)(?: [A-Z]+\/[\d.]+)?$/;
const SCHEME_AND_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** The route of a request line, as in `GET /shop/42?page=2 HTTP/1.1`: `GET /shop/:id`. */
export function routeFromRequestLine(requestLine: string): string {
  const match = REQUEST_LINE.exec(requestLine);
  return match === null ? UNREADABLE_ROUTE : routeName(match[1] ?? "", match[2] ?? "");
}

/** The route of a method (which may be empty) and a path, an address or the name of an operation. */
export function routeName(method: string, target: string): string {
  let end = target.length;
  for (const mark of ["?", "#"]) {
    const at = target.indexOf(mark);
    if (at !== -1 && at < end) end = at;
  }
  let path = end === target.length ? target : target.slice(0, end);
  if (path.includes("://")) path = path.replace(SCHEME_AND_HOST, "");
  if (path === "") path = "/";
  if (/\d/.test(path)) path = path.split("/").map(collapseIdentifier).join("/");
  const name = method === "" ? path : `${method} ${path}`;
  return name.length > NAME_CHARACTERS_MAX ? name.slice(0, NAME_CHARACTERS_MAX) : name;
}

/** Digits only, a UUID, 8 and more hexadecimal digits, or 20 and more letters and digits mixed: an identifier. */
function collapseIdentifier(segment: string): string {
  if (!/\d/.test(segment)) return segment;
  if (/^\d+$/.test(segment) || UUID.test(segment)) return ":id";
  if (/^[0-9a-f]{8,}$/i.test(segment) || /^[0-9A-Za-z]{20,}$/.test(segment)) return ":id";
  return segment;
}
