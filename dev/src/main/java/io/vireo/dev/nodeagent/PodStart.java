package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/** Makes a container's plan out of its pod's spec and what the machine has. */
final class PodStart {

  private final PodApi api;
  private final ImageStore images;
  private final PodFiles files;

  PodStart(PodApi api, ImageStore images, PodFiles files) {
    this.api = api;
    this.images = images;
    this.files = files;
  }

  /**
   * The plan.
   *
   * @param podRecord the image's digest is noted in it
   * @throws PodProblem if something is missing
   */
  ContainerPlan plan(PodRecord podRecord, Container container) throws PodProblem, IOException {
    Pod pod = podRecord.pod;
    Image image = Volumes.image(images, container.getImage(), container.getImagePullPolicy());
    podRecord.container(container.getName()).imageId = image.digest();
    String hostname =
        Optional.ofNullable(pod.getSpec().getHostname()).orElse(pod.getMetadata().getName());
    if (hostname.length() > 63) {
      hostname = hostname.substring(0, 63);
    }
    List<Allocation> allocations =
        podRecord.allocations.stream()
            .filter(a -> a.container().equals(container.getName()))
            .toList();
    Map<String, String> environment =
        new ContainerEnvironment(api, pod, podRecord.podIp)
            .of(container, image.config(), allocations, hostname);
    Map<String, Volumes.Made> volumes =
        new Volumes(api, images, pod, files, podRecord.podIp).make();
    Path unpacked = images.unpack(image);
    List<ContainerPlan.Bind> binds =
        new ArrayList<>(hostFiles(unpacked, image, hostname, podRecord));
    binds.addAll(devices(allocations));
    binds.addAll(mounts(container, volumes, environment));
    return new ContainerPlan(
        unpacked,
        image.config().isOnHostBase(),
        binds,
        environment,
        command(container, image, environment),
        workingDir(container, image),
        hostname,
        withGroupsOf(allocations, user(pod, container, image)),
        container.getSecurityContext() != null
            && Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem()),
        files.log(container.getName()));
  }

  private List<ContainerPlan.Bind> hostFiles(
      Path unpacked, Image image, String hostname, PodRecord podRecord) throws IOException {
    Files.createDirectories(files.etc());
    List<ContainerPlan.Bind> binds = new ArrayList<>();
    Map<String, String> texts =
        Map.of(
            "hosts",
            "127.0.0.1\tlocalhost\n%s\t%s\n".formatted(podRecord.podIp, hostname),
            "hostname",
            hostname + "\n");
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Path etc = image.config().isOnHostBase() ? Path.of("/etc") : unpacked.resolve("etc");
      // On a read-only folder a file can be covered only if it is there.
      if (Files.isRegularFile(etc.resolve(text.getKey()))) {
        Path file = files.etc().resolve(text.getKey());
        Files.writeString(file, text.getValue());
        binds.add(new ContainerPlan.Bind(file, "/etc/" + text.getKey(), true));
      }
    }
    return binds;
  }

  private static List<ContainerPlan.Bind> devices(List<Allocation> allocations) {
    List<ContainerPlan.Bind> binds = new ArrayList<>();
    for (Allocation allocation : allocations) {
      for (Allocation.HostMount mount : allocation.mounts()) {
        binds.add(bind(mount, mount.readOnly()));
      }
      for (Allocation.HostMount node : allocation.nodes()) {
        // A device on a read-only mount can still be written to; its permissions decide.
        binds.add(bind(node, false));
      }
    }
    return binds;
  }

  private static ContainerPlan.Bind bind(Allocation.HostMount mount, boolean readOnly) {
    return new ContainerPlan.Bind(Path.of(mount.hostPath()), mount.containerPath(), readOnly);
  }

  private static List<ContainerPlan.Bind> mounts(
      Container container, Map<String, Volumes.Made> volumes, Map<String, String> environment)
      throws PodProblem, IOException {
    List<ContainerPlan.Bind> binds = new ArrayList<>();
    for (VolumeMount mount : container.getVolumeMounts()) {
      Volumes.Made volume = volumes.get(mount.getName());
      if (volume == null) {
        throw PodProblem.lasting("The mounted volume " + mount.getName() + " is not in the spec");
      }
      String sub =
          mount.getSubPathExpr() == null
              ? Optional.ofNullable(mount.getSubPath()).orElse("")
              : Expansion.expand(mount.getSubPathExpr(), environment);
      binds.add(
          new ContainerPlan.Bind(
              beneath(volume, sub),
              mount.getMountPath(),
              volume.readOnly() || Boolean.TRUE.equals(mount.getReadOnly())));
    }
    return binds;
  }

  private static Path beneath(Volumes.Made volume, String sub) throws PodProblem, IOException {
    if (sub.isEmpty()) {
      return volume.folder();
    }
    Path inside = ImageFiles.resolve(volume.folder(), sub);
    Path path = volume.folder().resolve(Path.of("/").relativize(inside));
    if (Files.notExists(path)) {
      if (volume.readOnly()) {
        throw PodProblem.passing(
            "CreateContainerConfigError", "subPath " + sub + " is not in its volume");
      }
      Files.createDirectories(path);
    }
    return path;
  }

  private static List<String> command(
      Container container, Image image, Map<String, String> environment) throws PodProblem {
    List<String> own = container.getCommand();
    List<String> args = container.getArgs();
    List<String> words = new ArrayList<>();
    if (own.isEmpty()) {
      words.addAll(image.config().entrypoint());
      words.addAll(args.isEmpty() ? image.config().command() : Expansion.expand(args, environment));
    } else {
      words.addAll(Expansion.expand(own, environment));
      words.addAll(Expansion.expand(args, environment));
    }
    if (words.isEmpty()) {
      throw PodProblem.passing("CreateContainerError", "no command specified");
    }
    return words;
  }

  private static String workingDir(Container container, Image image) {
    String wanted =
        Optional.ofNullable(container.getWorkingDir())
            .filter(w -> !w.isEmpty())
            .orElse(image.config().workingDir());
    return wanted.startsWith("/") ? wanted : "/" + wanted;
  }

  /** A device that its group may use, such as {@code /dev/kvm}, is of use only to that group. */
  private static ContainerPlan.User withGroupsOf(
      List<Allocation> allocations, ContainerPlan.User user) throws IOException {
    SequencedSet<Long> groups = new LinkedHashSet<>(user.groups());
    for (Allocation allocation : allocations) {
      for (Allocation.HostMount node : allocation.nodes()) {
        Object gid = Files.getAttribute(Path.of(node.hostPath()), "unix:gid");
        if (gid instanceof Integer number && number != 0) {
          groups.add(number.longValue());
        }
      }
    }
    return new ContainerPlan.User(user.uid(), user.gid(), List.copyOf(groups));
  }

  private static ContainerPlan.User user(Pod pod, Container container, Image image)
      throws PodProblem {
    Optional<PodSecurityContext> ofPod = Optional.ofNullable(pod.getSpec().getSecurityContext());
    Optional<SecurityContext> own = Optional.ofNullable(container.getSecurityContext());
    String[] ofImage = image.config().user().split(":", 2);
    long uid =
        own.map(SecurityContext::getRunAsUser)
            .or(() -> ofPod.map(PodSecurityContext::getRunAsUser))
            .orElseGet(() -> number(ofImage[0]));
    long gid =
        own.map(SecurityContext::getRunAsGroup)
            .or(() -> ofPod.map(PodSecurityContext::getRunAsGroup))
            .orElseGet(() -> ofImage.length > 1 ? number(ofImage[1]) : 0L);
    boolean mustNotBeRoot =
        own.map(SecurityContext::getRunAsNonRoot)
            .or(() -> ofPod.map(PodSecurityContext::getRunAsNonRoot))
            .orElse(false);
    if (mustNotBeRoot && uid == 0) {
      throw PodProblem.passing(
          "CreateContainerConfigError",
          "container has runAsNonRoot and image will run as root (container: %s)"
              .formatted(container.getName()));
    }
    SequencedSet<Long> groups = new LinkedHashSet<>();
    ofPod.map(PodSecurityContext::getSupplementalGroups).ifPresent(groups::addAll);
    ofPod.map(PodSecurityContext::getFsGroup).ifPresent(groups::add);
    return new ContainerPlan.User(uid, gid, List.copyOf(groups));
  }

  private static long number(String text) {
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      // A name would have to be looked up in the image; the lowest privileges are a safe answer.
      return 65534;
    }
  }
}
