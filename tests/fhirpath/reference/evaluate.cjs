// Another FHIRPath engine (npm's `fhirpath`, see package-lock.json) as a filter: of its lines, {"resource": …} sets the focus of what
// follows, {"expression": "…"} is answered with {"result": […]} or {"error": "…"}. NODE_PATH says where the package is.
const fhirpath = require('fhirpath');
const model = require('fhirpath/fhir-context/r4');

const compiled = new Map();
let resource = {};

function answer(expression) {
  try {
    if (!compiled.has(expression)) compiled.set(expression, fhirpath.compile(expression, model, { traceFn: () => {} }));
    const values = compiled.get(expression)(resource, { resource, rootResource: resource });
    return { result: values.map((value) => (value !== null && typeof value === 'object' ? String(value) : value)) };
  } catch (error) {
    return { error: String((error && error.message) || error) };
  }
}

require('readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const request = JSON.parse(line);
    if (request.resource) resource = request.resource;
    else process.stdout.write(JSON.stringify(answer(request.expression)) + '\n');
  });
