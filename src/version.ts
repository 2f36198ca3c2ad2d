/** The version of this program, from package.json, which the bundler reduces to this one text. */
export { version } from "../package.json";
