// HL7's validator over lines of JSON. Arguments: files of definitions, one conformance resource a line; they go before R4's own. Standard
// input: one resource a line. Standard output: for each the list of its issues, one line, in their order. No network: codes of systems that are not here
// are warnings.
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

public class Validate {
  private static PrePopulatedValidationSupport definitions(FhirContext context, String[] files) throws Exception {
    PrePopulatedValidationSupport all = new PrePopulatedValidationSupport(context);
    IParser parser = context.newJsonParser();
    for (String file : files)
      for (String line : Files.readAllLines(Path.of(file)))
        if (!line.isBlank()) all.addResource(parser.parseResource(line));
    return all;
  }

  private static FhirValidator validator(String[] files) throws Exception {
    FhirContext context = FhirContext.forR4();
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(IssueSeverity.WARNING);
    ValidationSupportChain chain =
        new ValidationSupportChain(
            definitions(context, files),
            new DefaultProfileValidationSupport(context),
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context),
            new SnapshotGeneratingValidationSupport(context),
            unknown);
    FhirInstanceValidator module = new FhirInstanceValidator(chain);
    module.setAnyExtensionsAllowed(true);
    module.setErrorForUnknownProfiles(false); // a claim of what is not here
    return context.newValidator().registerValidatorModule(module);
  }

  private static List<Map<String, String>> issues(FhirValidator validator, String resource) {
    List<Map<String, String>> issues = new ArrayList<>();
    for (SingleValidationMessage message : validator.validateWithResult(resource).getMessages())
      issues.add(
          Map.of(
              "severity", message.getSeverity().getCode(),
              "where", String.valueOf(message.getLocationString()),
              "kind", String.valueOf(message.getMessageId()),
              "what", String.valueOf(message.getMessage())));
    return issues;
  }

  // Ends with the program, also where that fails.
  private static Thread background(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(System.err); // the libraries' own words
    FhirValidator validator = validator(arguments);
    ObjectMapper json = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ExecutorService threads = Executors.newFixedThreadPool(2, Validate::background);
    BlockingQueue<Future<String>> answers = new LinkedBlockingQueue<>();
    Thread reader =
        background(
            () -> {
              in.lines().forEach(line -> answers.add(threads.submit(() -> json.writeValueAsString(issues(validator, line)))));
              answers.add(threads.submit(() -> ""));
            });
    reader.start();
    for (String answer = answers.take().get(); !answer.isEmpty(); answer = answers.take().get()) {
      out.println(answer);
      out.flush();
    }
  }
}
