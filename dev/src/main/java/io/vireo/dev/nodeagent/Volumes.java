package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.vireo.dev.images.FileMode;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pod's volumes as folders of this machine. */
final class Volumes {

  private static final int MODE_DEFAULT = 0644;
  private static final String MOUNT_PROBLEM = "ContainerCreating";

  private final PodApi api;
  private final ImageStore images;
  private final Pod pod;
  private final PodFiles files;
  private final String podIp;

  Volumes(PodApi api, ImageStore images, Pod pod, PodFiles files, String podIp) {
    this.api = api;
    this.images = images;
    this.pod = pod;
    this.files = files;
    this.podIp = podIp;
  }

  /** A folder, and whether containers may write to it at all. */
  record Made(Path folder, boolean readOnly) {}

  /**
   * Makes all of them; what is written from objects is written again as they are now.
   *
   * @throws PodProblem if something is missing that may still come
   */
  Map<String, Made> make() throws PodProblem, IOException {
    Map<String, Made> made = new HashMap<>();
    for (Volume volume : pod.getSpec().getVolumes()) {
      made.put(volume.getName(), make(volume));
    }
    return made;
  }

  private Made make(Volume volume) throws PodProblem, IOException {
    if (volume.getImage() != null) {
      Image image =
          image(images, volume.getImage().getReference(), volume.getImage().getPullPolicy());
      return new Made(images.unpack(image), true);
    }
    if (volume.getPersistentVolumeClaim() != null) {
      return claimed(volume.getPersistentVolumeClaim());
    }
    Path folder = files.volume(volume.getName());
    if (volume.getEmptyDir() != null) {
      Files.createDirectories(folder);
      // As the kubelet does: containers of any user write to it.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      return new Made(folder, false);
    }
    PodFiles.remove(folder);
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    if (volume.getSecret() != null) {
      var source = volume.getSecret();
      int mode = Optional.ofNullable(source.getDefaultMode()).orElse(MODE_DEFAULT);
      secret(folder, source.getSecretName(), source.getItems(), source.getOptional(), mode);
    } else if (volume.getConfigMap() != null) {
      var source = volume.getConfigMap();
      int mode = Optional.ofNullable(source.getDefaultMode()).orElse(MODE_DEFAULT);
      configMap(folder, source.getName(), source.getItems(), source.getOptional(), mode);
    } else if (volume.getDownwardAPI() != null) {
      downward(folder, volume.getDownwardAPI().getItems(), MODE_DEFAULT);
    } else if (volume.getProjected() != null) {
      var source = volume.getProjected();
      int mode = Optional.ofNullable(source.getDefaultMode()).orElse(MODE_DEFAULT);
      for (VolumeProjection projection : source.getSources()) {
        project(folder, projection, mode);
      }
    }
    return new Made(folder, true);
  }

  private Made claimed(PersistentVolumeClaimVolumeSource source) throws PodProblem {
    String claim = source.getClaimName();
    PodApi.BoundVolume bound =
        api.claimed(namespace(), claim)
            .orElseThrow(
                () ->
                    PodProblem.passing(
                        MOUNT_PROBLEM, "persistentvolumeclaim \"%s\" not found".formatted(claim)));
    Path folder =
        Path.of(
            bound
                .path()
                .orElseThrow(
                    () ->
                        PodProblem.passing(
                            MOUNT_PROBLEM,
                            "persistentvolumeclaim \"%s\": its volume is %s"
                                .formatted(claim, bound.kind()))));
    if (!Files.isDirectory(folder)) {
      throw PodProblem.passing(
          MOUNT_PROBLEM,
          "persistentvolumeclaim \"%s\": there is no folder %s".formatted(claim, folder));
    }
    return new Made(folder, Boolean.TRUE.equals(source.getReadOnly()));
  }

  private void project(Path folder, VolumeProjection projection, int mode)
      throws PodProblem, IOException {
    if (projection.getSecret() != null) {
      var source = projection.getSecret();
      secret(folder, source.getName(), source.getItems(), source.getOptional(), mode);
    } else if (projection.getConfigMap() != null) {
      var source = projection.getConfigMap();
      configMap(folder, source.getName(), source.getItems(), source.getOptional(), mode);
    } else if (projection.getDownwardAPI() != null) {
      downward(folder, projection.getDownwardAPI().getItems(), mode);
    } else if (projection.getServiceAccountToken() != null) {
      ServiceAccountTokenProjection source = projection.getServiceAccountToken();
      String audience = Optional.ofNullable(source.getAudience()).orElse("");
      long seconds = Optional.ofNullable(source.getExpirationSeconds()).orElse(3600L);
      String token = api.token(pod, audience, seconds);
      write(folder, source.getPath(), token.getBytes(StandardCharsets.UTF_8), mode);
    } else {
      throw PodProblem.lasting("This node cannot do one of the sources of a projected volume");
    }
  }

  private void secret(
      Path folder,
      String name,
      @Nullable List<KeyToPath> items,
      @Nullable Boolean optional,
      int mode)
      throws PodProblem, IOException {
    put(folder, api.secret(namespace(), name), "secret", name, items, optional, mode);
  }

  private void configMap(
      Path folder,
      String name,
      @Nullable List<KeyToPath> items,
      @Nullable Boolean optional,
      int mode)
      throws PodProblem, IOException {
    put(folder, api.configMap(namespace(), name), "configmap", name, items, optional, mode);
  }

  private static void put(
      Path folder,
      Optional<Map<String, byte[]>> content,
      String kind,
      String name,
      @Nullable List<KeyToPath> items,
      @Nullable Boolean optional,
      int mode)
      throws PodProblem, IOException {
    boolean mayLack = Boolean.TRUE.equals(optional);
    if (content.isEmpty()) {
      if (mayLack) {
        return;
      }
      throw PodProblem.passing(MOUNT_PROBLEM, "%s \"%s\" not found".formatted(kind, name));
    }
    if (items == null || items.isEmpty()) {
      for (Map.Entry<String, byte[]> entry : content.get().entrySet()) {
        write(folder, entry.getKey(), entry.getValue(), mode);
      }
      return;
    }
    for (KeyToPath item : items) {
      byte[] value = content.get().get(item.getKey());
      if (value != null) {
        write(folder, item.getPath(), value, Optional.ofNullable(item.getMode()).orElse(mode));
      } else if (!mayLack) {
        throw PodProblem.passing(
            MOUNT_PROBLEM,
            "%s \"%s\" references non-existent key: %s".formatted(kind, name, item.getKey()));
      }
    }
  }

  private void downward(Path folder, List<DownwardAPIVolumeFile> items, int mode)
      throws PodProblem, IOException {
    for (DownwardAPIVolumeFile item : items) {
      if (item.getFieldRef() == null) {
        throw PodProblem.lasting("This node cannot do resourceFieldRef in a volume");
      }
      String value =
          FieldPath.value(pod, podIp, item.getFieldRef().getFieldPath())
              .orElseThrow(
                  () ->
                      PodProblem.lasting(
                          "This node does not know the field "
                              + item.getFieldRef().getFieldPath()));
      write(folder, item.getPath(), value.getBytes(StandardCharsets.UTF_8), mode);
    }
  }

  private static void write(Path folder, String path, byte[] content, int mode)
      throws IOException, PodProblem {
    Path file = folder.resolve(path).normalize();
    Path parent = file.getParent();
    if (!file.startsWith(folder) || file.equals(folder) || parent == null) {
      throw PodProblem.lasting("The path " + path + " leads out of its volume");
    }
    Files.createDirectories(parent);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, FileMode.permissions(mode));
  }

  /**
   * An image of the store. There is no registry to pull from, so {@code Always} fails as it does on
   * a kubelet that cannot reach one: an image that is here already does not count.
   *
   * @throws PodProblem if there is none, or it would have to be pulled
   */
  static Image image(ImageStore images, String reference, @Nullable String pullPolicy)
      throws PodProblem {
    if ("Always".equals(pullPolicy)) {
      throw PodProblem.passing(
          "ErrImagePull",
          "Image \"%s\" is to be pulled whenever it is used, and this node pulls from no registry"
              .formatted(reference));
    }
    Optional<Image> image = images.resolve(reference);
    if (image.isPresent()) {
      return image.get();
    }
    if ("Never".equals(pullPolicy)) {
      throw PodProblem.passing(
          "ErrImageNeverPull",
          "Container image \"%s\" is not present with pull policy of Never".formatted(reference));
    }
    throw PodProblem.passing(
        "ErrImagePull",
        "Image \"%s\" is not in the image store %s, and this node pulls from no registry"
            .formatted(reference, images.root()));
  }

  private String namespace() {
    return pod.getMetadata().getNamespace();
  }
}
