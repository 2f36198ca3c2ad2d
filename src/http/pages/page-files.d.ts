// What goes into the program as it is: the text, or where the file is.
declare module "*/docs.html" {
  const text: string;
  export default text;
}
declare module "*/front.html" {
  const text: string;
  export default text;
}
declare module "*/docs-start.js" {
  const path: string;
  export default path;
}
declare module "swagger-ui-dist/swagger-ui-bundle.js" {
  const path: string;
  export default path;
}
declare module "swagger-ui-dist/swagger-ui.css" {
  const path: string;
  export default path;
}
