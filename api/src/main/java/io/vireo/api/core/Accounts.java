package io.vireo.api.core;

import java.util.Set;

/**
 * Vireo's own accounts. They write status and what only Vireo may write; nobody else does.
 *
 * @param userNames as the API server authenticates them, such as {@code
 *     system:serviceaccount:vireo:vireo-cluster-executor}
 */
public record Accounts(Set<String> userNames) {

  public Accounts {
    userNames = Set.copyOf(userNames);
  }

  /** Whether this is one of them. */
  public boolean isOurs(String userName) {
    return userNames.contains(userName);
  }
}
