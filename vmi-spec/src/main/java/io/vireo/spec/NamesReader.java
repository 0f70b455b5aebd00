package io.vireo.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads names and how names are looked up. */
final class NamesReader {

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final String NONE = "None";
  private static final int NAMESERVERS_MAX = 3;
  private static final int SEARCHES_MAX = 6;
  private static final int SEARCH_CHARACTERS_MAX = 256;

  private NamesReader() {}

  static VmiSpec.Names read(FieldReader spec) {
    Optional<String> policy =
        spec.oneOf("dnsPolicy", "ClusterFirst", "ClusterFirstWithHostNet", "Default", NONE);
    Optional<Object> config = spec.shaped("dnsConfig", KubernetesShapes.DNS_CONFIG);
    List<?> nameservers = list(config, "nameservers");
    if (policy.equals(Optional.of(NONE)) && nameservers.isEmpty()) {
      spec.problems()
          .required(
              spec.path("dnsConfig") + ".nameservers",
              "must name at least one server, since dnsPolicy is None");
    }
    check(spec, nameservers, list(config, "searches"));
    return new VmiSpec.Names(label(spec, "hostname"), label(spec, "subdomain"), policy, config);
  }

  private static void check(FieldReader spec, List<?> nameservers, List<?> searches) {
    String path = spec.path("dnsConfig");
    if (nameservers.size() > NAMESERVERS_MAX) {
      spec.problems()
          .invalid(
              path + ".nameservers", "must not have more than " + NAMESERVERS_MAX + " entries");
    }
    for (int i = 0; i < nameservers.size(); i++) {
      if (!IpAddress.is(String.valueOf(nameservers.get(i)))) {
        spec.problems()
            .invalid(
                path + ".nameservers[" + i + "]",
                "must be an IP address, but is "
                    + Problems.quote(String.valueOf(nameservers.get(i))));
      }
    }
    int characters = searches.stream().mapToInt(s -> String.valueOf(s).length() + 1).sum() - 1;
    if (searches.size() > SEARCHES_MAX || characters > SEARCH_CHARACTERS_MAX) {
      spec.problems()
          .invalid(
              path + ".searches",
              "must not have more than "
                  + SEARCHES_MAX
                  + " entries and "
                  + SEARCH_CHARACTERS_MAX
                  + " characters in all");
    }
    for (int i = 0; i < searches.size(); i++) {
      String search = String.valueOf(searches.get(i));
      // A dot at the end says that the name is complete.
      String name = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
      if (!search.equals(".") && !DNS_SUBDOMAIN.matcher(name).matches()) {
        spec.problems()
            .invalid(
                path + ".searches[" + i + "]",
                "must be a DNS subdomain, but is " + Problems.quote(search));
      }
    }
  }

  private static List<?> list(Optional<Object> config, String key) {
    return config
        .filter(Map.class::isInstance)
        .map(map -> ((Map<?, ?>) map).get(key))
        .filter(List.class::isInstance)
        .<List<?>>map(List.class::cast)
        .orElse(List.of());
  }

  static Optional<String> label(FieldReader spec, String key) {
    return name(spec, key, DNS_LABEL, "a DNS label of at most 63 characters");
  }

  static Optional<String> subdomain(FieldReader spec, String key) {
    return name(spec, key, DNS_SUBDOMAIN, "a DNS subdomain");
  }

  private static Optional<String> name(
      FieldReader spec, String key, Pattern valid, String description) {
    Optional<String> name = spec.text(key);
    if (name.isPresent() && !valid.matcher(name.get()).matches()) {
      spec.problems()
          .invalid(
              spec.path(key), "must be " + description + ", but is " + Problems.quote(name.get()));
    }
    return name;
  }
}
