package io.vireo.api.core;

import io.vireo.spec.SpecSettings;

/** Decides on requests. Immutable, so any number of threads may ask. */
public final class Admission {

  private final Accounts ours;
  private final SpecSettings settings;

  /**
   * Admission of one installation.
   *
   * @param ours accounts of Vireo's own parts
   * @param settings what specs are read with; the network of VMIs without interfaces is the
   *     configuration's
   */
  public Admission(Accounts ours, SpecSettings settings) {
    this.ours = ours;
    this.settings = settings;
  }

  /** The object with what its writer left open, and without what is not his to write. */
  public AdmissionAnswer mutate(
      AdmissionRequest request, ClusterConfiguration configuration, Generated generated) {
    return AdmissionAnswer.Allowed.unchanged();
  }

  /** Whether the object, as {@link #mutate} left it, may be stored. */
  public AdmissionAnswer validate(AdmissionRequest request, ClusterConfiguration configuration) {
    return AdmissionAnswer.Allowed.unchanged();
  }
}
