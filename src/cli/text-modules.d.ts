// Files that are imported as text and become part of the binary.
declare module "*.html" {
  const text: string;
  export default text;
}
