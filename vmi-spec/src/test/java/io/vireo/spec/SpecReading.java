package io.vireo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.CanonicalJson;
import io.vireo.spec.Problem.Kind;
import java.util.List;

/** Reads specs that tests write down. */
final class SpecReading {

  static final SpecSettings SETTINGS =
      new SpecSettings("masquerade", true, "example.org/launcher:1");

  private SpecReading() {}

  /** Quotes as apostrophes, for short tables. */
  static SpecReader.Result read(String json) {
    return new SpecReader(SETTINGS).read(CanonicalJson.read(json.replace('\'', '"')));
  }

  static VmiSpec accepted(String json) {
    SpecReader.Result result = read(json);
    assertThat(result).isInstanceOf(SpecReader.Result.Accepted.class);
    return ((SpecReader.Result.Accepted) result).spec();
  }

  static List<Problem> problems(String json) {
    SpecReader.Result result = read(json);
    assertThat(result).as(json).isInstanceOf(SpecReader.Result.Refused.class);
    return ((SpecReader.Result.Refused) result).problems();
  }

  static void refused(String json, String path, Kind kind) {
    assertThat(problems(json))
        .as(json)
        .anySatisfy(
            problem -> {
              assertThat(problem.path()).isEqualTo(path);
              assertThat(problem.kind()).isEqualTo(kind);
              assertThat(problem.message()).isNotBlank().hasSizeLessThan(400);
            });
  }
}
