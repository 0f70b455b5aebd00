package io.vireo.launcher.core;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * How names are looked up in the pod, and so in its guest.
 *
 * @param servers addresses of both families
 * @param search domains that a short name is tried in
 */
public record ResolvConf(List<InetAddress> servers, List<String> search) {

  private static final int SERVERS_MAX = 3;
  private static final int SEARCH_MAX = 32;

  public ResolvConf {
    servers = List.copyOf(servers);
    search = List.copyOf(search);
  }

  /** Reads a resolv.conf; what is not understood is left out. */
  public static ResolvConf parse(String text) {
    List<InetAddress> servers = new ArrayList<>();
    List<String> search = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] words = line.strip().split("\\s+", -1);
      switch (words[0]) {
        case "nameserver" -> {
          if (words.length > 1 && servers.size() < SERVERS_MAX) {
            server(words[1], servers);
          }
        }
        case "search", "domain" -> {
          search.clear();
          for (int i = 1; i < words.length && search.size() < SEARCH_MAX; i++) {
            if (words[i].matches("[A-Za-z0-9._-]{1,253}")) {
              search.add(words[i]);
            }
          }
        }
        default -> {}
      }
    }
    return new ResolvConf(servers, search);
  }

  private static void server(String text, List<InetAddress> servers) {
    try {
      servers.add(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      // A name is of no use to a guest that asks who answers for names.
    }
  }

  /** The guest's domain: where Kubernetes puts the pod itself comes first. */
  public List<String> domain() {
    return search.isEmpty() ? List.of() : search.subList(0, 1);
  }
}
