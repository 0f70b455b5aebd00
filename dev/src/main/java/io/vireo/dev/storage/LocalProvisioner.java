package io.vireo.dev.storage;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vireo.dev.process.FolderRemoval;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes volumes for claims of the stack's default class, and removes them with their claims. What
 * it has to do follows from the objects alone, so a new start goes on where the one before ended.
 */
public final class LocalProvisioner {

  private static final Logger LOG = LoggerFactory.getLogger(LocalProvisioner.class);
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final Places places;
  private final SharedIndexInformer<PersistentVolumeClaim> claims;
  private final SharedIndexInformer<PersistentVolume> volumes;

  /**
   * Where volumes are.
   *
   * @param nodes names of the nodes
   * @param folder of a node's volumes on this machine
   * @param asNodeSees the same folder as pods of the node reach it
   * @param block whether there can be block devices
   */
  public record Places(
      List<String> nodes,
      Function<String, Path> folder,
      Function<String, Path> asNodeSees,
      boolean block) {}

  private LocalProvisioner(KubernetesClient client, Places places) {
    this.client = client;
    this.places = places;
    this.claims = client.persistentVolumeClaims().inAnyNamespace().runnableInformer(0);
    this.volumes = client.persistentVolumes().runnableInformer(0);
  }

  /** Starts it; the client is closed when it is stopped. */
  public static LocalProvisioner start(KubernetesClient client, Places places)
      throws IOException, InterruptedException {
    LocalProvisioner provisioner = new LocalProvisioner(client, places);
    provisioner.attachAgain();
    try {
      client.storage().v1().storageClasses().resource(LocalVolumes.storageClass()).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
    provisioner.claims.addEventHandler(new Handler<>(provisioner::provision));
    provisioner.volumes.addEventHandler(new Handler<>(provisioner::reclaim));
    provisioner.claims.start();
    provisioner.volumes.start();
    return provisioner;
  }

  /** Looks at an object in whatever state it is; what fails is tried with its next change. */
  private record Handler<T>(Work<T> work) implements ResourceEventHandler<T> {

    interface Work<T> {
      void on(T object) throws IOException, InterruptedException;
    }

    @Override
    public void onAdd(T object) {
      try {
        work.on(object);
      } catch (IOException | KubernetesClientException e) {
        LOG.atError().addKeyValue("object", object).setCause(e).log("A volume waits");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onUpdate(T before, T object) {
      onAdd(object);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {}
  }

  private void provision(PersistentVolumeClaim claim) throws IOException, InterruptedException {
    Optional<String> node = LocalVolumes.nodeOf(claim).filter(places.nodes()::contains);
    if (node.isEmpty()) {
      return;
    }
    String name = LocalVolumes.name(claim);
    boolean block = LocalVolumes.isBlock(claim);
    if (block && !places.block()) {
      LOG.atWarn()
          .addKeyValue("claim", claim.getMetadata().getName())
          .log("A block device needs vireo up --runtime kubelet");
      return;
    }
    Path folder = Files.createDirectories(places.folder().apply(node.get()).resolve(name));
    if (block) {
      BigDecimal size = LocalVolumes.size(claim).getNumericalAmount();
      BlockDevices.attach(folder, size.longValue());
    } else {
      // Pods run as any user.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Path seen = places.asNodeSees().apply(node.get()).resolve(name);
    Path path = block ? seen.resolve(BlockDevices.DEVICE) : seen;
    try {
      client
          .persistentVolumes()
          .resource(LocalVolumes.volume(claim, node.get(), path.toString()))
          .create();
      LOG.atInfo()
          .addKeyValue("claim", claim.getMetadata().getName())
          .addKeyValue("folder", folder)
          .log("Volume made");
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }

  private void reclaim(PersistentVolume volume) throws IOException, InterruptedException {
    Optional<String> node = LocalVolumes.nodeOfReleased(volume).filter(places.nodes()::contains);
    if (node.isEmpty()) {
      return;
    }
    Path folder = places.folder().apply(node.get()).resolve(volume.getMetadata().getName());
    if (places.block()) {
      BlockDevices.detach(folder);
    }
    FolderRemoval.remove(folder);
    client.persistentVolumes().withName(volume.getMetadata().getName()).delete();
    LOG.atInfo().addKeyValue("folder", folder).log("Volume removed");
  }

  /** Devices end with the stack; their files do not. */
  private void attachAgain() throws IOException, InterruptedException {
    for (Path folder : blockFolders()) {
      BlockDevices.attach(folder, Files.size(folder.resolve(BlockDevices.FILE)));
    }
  }

  private List<Path> blockFolders() throws IOException {
    if (!places.block()) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    for (String node : places.nodes()) {
      Path volumes = places.folder().apply(node);
      if (Files.isDirectory(volumes)) {
        try (Stream<Path> folders = Files.list(volumes)) {
          folders.filter(f -> Files.exists(f.resolve(BlockDevices.FILE))).forEach(found::add);
        }
      }
    }
    return found;
  }

  /** Volumes stay, for the next start; their devices do not. */
  public void stop() throws IOException, InterruptedException {
    claims.stop();
    volumes.stop();
    client.close();
    for (Path folder : blockFolders()) {
      BlockDevices.detach(folder);
    }
  }
}
