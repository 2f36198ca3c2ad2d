declare module "*.wasm" {
  /** Where the file is; in a compiled binary, inside of it. */
  const path: string;
  export default path;
}
