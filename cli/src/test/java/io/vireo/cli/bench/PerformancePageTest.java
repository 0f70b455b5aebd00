package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.Failure;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerformancePageTest {

  @TempDir private Path home;

  private KeptReports kept;

  @BeforeEach
  void keep() throws Exception {
    kept = KeptReports.of(home);
    kept.keep("density-20", Reports.density(20));
    kept.keep("density-100", Reports.density(100));
  }

  private PerformancePage.Written write(String template) throws Exception {
    return PerformancePage.write(template, kept);
  }

  @Test
  void shouldPutFiguresInTheirPlaces() throws Exception {
    String page =
        write("# Page\n\n{{origin density-20}}\n\n{{table density-20 cpu}}\n\nEnd.\n").page();

    assertThat(page)
        .startsWith("<!-- Written by PerformanceDocTest")
        .contains("\n\n# Page\n\nMeasured at 2026-01-01T10:00:00Z, commit abc, on 2 ×")
        .contains("VMIs 20")
        .endsWith(
            """
            | Figure | Value | Source |
            |---|---|---|
            | all parts | 10.0 ms | /proc |
            | memory | 100 MiB | /proc |

            End.
            """);
  }

  @Test
  void shouldDrawPictures() throws Exception {
    PerformancePage.Written written =
        write(
            """
            {{distribution starts "Until Running"
            density-20 start/running "20 at once"
            density-100 start/running "100 at once"
            }}
            {{over growth "Growth" "VMIs"
            cpu/all density-100 density-20
            }}
            {{waterfall steps "Steps"
            density-20 start
            }}
            """);

    assertThat(written.page())
        .contains(
            "![Until Running](benchmarks/starts.svg)\n![Growth](benchmarks/growth.svg)\n"
                + "![Steps](benchmarks/steps.svg)\n");
    assertThat(written.pictures()).containsOnlyKeys("starts.svg", "growth.svg", "steps.svg");
    assertThat(written.pictures().get("starts.svg"))
        .contains("20 at once", "100 at once", "create → Running, ms");
    assertThat(written.pictures().get("growth.svg"))
        .contains("all parts", "VMIs", "Processor time for each, ms");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{origin}}                          | Expected 2 words
          {{origin density-9}}                | there are: density-100, density-20
          {{table density-20 stop}}           | Expected stop in the report density-20, but there are: start, cpu
          {{histogram a}}                     | Expected origin, table, distribution
          {{}}                                | Expected origin, table, distribution
          {{table density-20                  | Expected }} after {{
          {{distribution a "A"~density-20 start/walking "x"~}} | Expected figure 'walking' of start in the report density-20, but there are: running
          {{distribution a "A"~density-20 start "x"~}} | Expected figure '' of start
          {{distribution a "A"~}}             | Expected figures of one unit
          {{distribution A "A"~density-20 start/running "x"~}} | Expected a name
          {{over a "A" "VMIs"~cpu/all density-20~cpu/peak density-20~}} | Expected figures of one unit
          {{over a "A" "rate"~cpu/all density-20~}} | Expected a number as setting rate of density-20, but it is 'max'
          {{over a "A" "VMIs"~cpu/all~}}      | Expected reports behind cpu/all
          {{waterfall a "A"~}}                | Expected 2 words
          {{waterfall a "A"~density-20 cpu~}} | Expected figures of one unit
          """)
  void shouldNameTheLineOfWhatItDoesNotUnderstand(String directive, String words) {
    assertThatThrownBy(() -> write("# Page\n\n" + directive.replace('~', '\n') + "\n"))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("performance.template.md:3: ")
        .hasMessageContaining(words);
  }

  @Test
  void shouldNotDrawOverAnotherPicture() {
    String picture = "{{waterfall steps \"Steps\"\ndensity-20 start\n}}\n";

    assertThatThrownBy(() -> write(picture + picture))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("that no other picture has");
  }
}
