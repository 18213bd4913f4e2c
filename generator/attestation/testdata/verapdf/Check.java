import java.io.*;
import java.nio.file.*;
import org.verapdf.core.*;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.*;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.*;

/** Validates files: each argument, against each of PDF/A-3a and PDF/UA-1. Prints a line a failure. */
public class Check {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int failures = 0;
        for (String name : files) {
            for (PDFAFlavour flavour : new PDFAFlavour[] {PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1}) {
                try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(name), flavour);
                     PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                    ValidationResult result = validator.validate(parser);
                    for (TestAssertion a : result.getTestAssertions()) {
                        if (a.getStatus() != TestAssertion.Status.FAILED) continue;
                        failures++;
                        System.out.println(name + ": " + flavour + " " + a.getRuleId().getClause() + " test "
                            + a.getRuleId().getTestNumber() + ": " + a.getMessage() + " at " + a.getLocation().getContext());
                    }
                    if (!result.isCompliant()) failures++;
                }
            }
        }
        System.out.println(files.length + " files, " + failures + " failures");
        if (failures > 0) System.exit(1);
    }
}
