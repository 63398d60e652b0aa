// capabilities (R4 "http"): the CapabilityStatement.
#include "rest/build.h"
#include "rest/interaction.h"

namespace handoff::rest {

void metadata(const Context& context, Call, Answer answer) {
  answer({200, {{"Content-Type", std::string(fhir_json)}}, context.capability_statement});
}

}  // namespace handoff::rest
