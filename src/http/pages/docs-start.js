// Runs in the browser. Nothing is asked of any other server than this one.
const ui = SwaggerUIBundle({
  url: "api/v1/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
  // After a login that is tried out, all others are tried out with its connection.
  responseInterceptor(response) {
    const uid = response.obj?.["connection-uid"];
    if (uid !== undefined) ui.preauthorizeApiKey("connectionUid", uid);
    return response;
  },
});
