package io.vireo.cli.demo;

import java.util.List;
import java.util.Map;

/**
 * What one virtual machine took, from the moment before it was applied or deleted.
 *
 * @param writes to Kubernetes by Vireo's accounts until Running
 * @param overheadMib beyond the guest's memory, without the translated code
 * @param translationMib code translated for software emulation; 0 with KVM
 */
record VmiRun(
    String name,
    String uid,
    double applyToPodCreatedMs,
    double applyToBoundMs,
    double applyToDomainRunningMs,
    double applyToRunningMs,
    double applyToLoginMs,
    double deleteToGoneMs,
    AuditCount writes,
    double launcherRssMib,
    double overheadMib,
    double translationMib,
    List<Map.Entry<String, Double>> phases) {}
