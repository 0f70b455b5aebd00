package io.vireo.cli.bench;

import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.images.ImageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What was measured, as figures. */
final class Sections {

  private static final String WATCH = "watch";
  private static final double MIB = 1 << 20;

  private Sections() {}

  static Section pods(List<Double> createToRunningMs) {
    return new Section(
        "pods",
        "Pods without a virtual machine, one after another",
        List.of(
            Figure.of(
                "createToRunning",
                "created until Running",
                Unit.MILLISECONDS,
                WATCH,
                createToRunningMs)));
  }

  static Section sinceApplied(List<VmiTimes> vmis) {
    return new Section(
        "vmis",
        "Virtual machines, one after another: since applied",
        steps("applyTo", vmis, (vmi, step) -> vmi.sinceApplied(step)));
  }

  static Section eachStep(List<VmiTimes> vmis) {
    return new Section(
        "steps",
        "Where that time goes: what each step added to it",
        steps("", vmis, (vmi, step) -> vmi.added(step)));
  }

  /** Of one virtual machine and step, in milliseconds. */
  @FunctionalInterface
  private interface Value {
    double of(VmiTimes vmi, Step step);
  }

  private static List<Figure> steps(String prefix, List<VmiTimes> vmis, Value value) {
    List<Figure> figures = new ArrayList<>();
    for (Step step : Step.values()) {
      figures.add(
          Figure.of(
              key(prefix, step),
              step.title(),
              Unit.MILLISECONDS,
              step.source(),
              vmis.stream().map(vmi -> value.of(vmi, step)).toList()));
    }
    return figures;
  }

  /** Such as {@code applyToPodCreated} for POD_CREATED. */
  private static String key(String prefix, Step step) {
    StringBuilder key = new StringBuilder(prefix);
    for (String word : step.name().toLowerCase(Locale.ROOT).split("_", -1)) {
      key.append(
          key.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return key.toString();
  }

  static Section usage(List<Usage> usages) {
    return new Section(
        "usage",
        "Memory and disk of each virtual machine, of those that ran at the same time",
        List.of(
            mib(
                "overhead",
                "memory beyond the guest's and translated code",
                "PSS of all processes of the pod",
                usages,
                usage -> usage.memory().overheadMib()),
            mib(
                "groupOverhead",
                "the same by the control group",
                "the pod's usage less inactive_file",
                usages,
                Usage::groupOverheadMib),
            mib(
                "translation",
                "translated code (none with KVM)",
                "PSS of QEMU's writable code",
                usages,
                usage -> usage.memory().translationMib()),
            mib(
                "guest",
                "the guest's memory, as far as touched",
                "PSS of QEMU's mapping of it",
                usages,
                usage -> usage.memory().guestMib()),
            mib(
                "groupUsage",
                "all of the pod by the control group",
                "the pod's usage less inactive_file",
                usages,
                Usage::workingSetMib),
            mib(
                "launcher",
                "launcher's Java",
                "its resident set",
                usages,
                usage -> usage.memory().launcherRssMib()),
            mib("shim", "containerd's shim, beside the pod", "its PSS", usages, Usage::shimMib),
            mib(
                "volumesDisk",
                "disk space of the pod's volumes",
                "du, after the guest's start",
                usages,
                Usage::volumesMib),
            mib(
                "writableDisk",
                "disk space of the container's own layer",
                "du, after the guest's start",
                usages,
                Usage::writableMib)));
  }

  static Section images(List<ImageRow> images) {
    return new Section(
        "images",
        "Images",
        images.stream()
            .map(
                image ->
                    Figure.of(
                        image.name(),
                        image.name() + ":" + image.tag(),
                        Unit.MEBIBYTES,
                        "all layers",
                        image.size() / MIB))
            .toList());
  }

  private static Figure mib(
      String key, String title, String source, List<Usage> usages, Function<Usage, Double> value) {
    return Figure.of(key, title, Unit.MEBIBYTES, source, usages.stream().map(value).toList());
  }
}
