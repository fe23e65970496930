// The API's explorer. Requests go out as the person who is signed in, or with the key given under “Authorize”.
const place = document.getElementById("explorer");
const token = document.querySelector("meta[name='csrf-token']").content;

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  docExpansion: "none", // one noun at a time: the viewer stops drawing somewhere above a hundred operations
  defaultModelsExpandDepth: -1,
  validatorUrl: null, // nothing is asked of anybody else
  requestInterceptor: (request) => {
    if (!["GET", "HEAD"].includes(request.method ?? "GET")) request.headers["X-CSRFToken"] = token;
    return request;
  },
});
