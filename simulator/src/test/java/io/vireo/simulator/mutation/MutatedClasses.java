package io.vireo.simulator.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Production code and simulator once more, with a defect in it. Schemas are shared with the
 * outside: they hold no rule, and Avro finds their classes by its own loader.
 */
final class MutatedClasses extends ClassLoader {

  private static final String OURS = "io.vireo.";
  private static final List<String> SHARED = List.of("io.vireo.schemas.", "io.vireo.health.");

  private final List<Patch> patches;
  private final Set<Patch> applied = new HashSet<>();

  MutatedClasses(List<Patch> patches) {
    super("mutated", MutatedClasses.class.getClassLoader());
    this.patches = List.copyOf(patches);
  }

  /** A {@link Probe} of these classes. */
  @SuppressWarnings("unchecked") // Probe's interface is the JDK's own, the same in every loader.
  LongFunction<String> probe(Set<String> faults) {
    try {
      return (LongFunction<String>)
          loadClass(Probe.class.getName()).getConstructor(Set.class).newInstance(faults);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected a probe", e);
    }
  }

  /** Patches whose class was not loaded: code that was never reached cannot have been tested. */
  List<Patch> unused() {
    synchronized (applied) {
      return patches.stream().filter(patch -> !applied.contains(patch)).toList();
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || SHARED.stream().anyMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (stream == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = stream.readAllBytes();
      for (Patch patch : patches) {
        if (patch.className().equals(name)) {
          bytes = patched(bytes, patch);
          synchronized (applied) {
            applied.add(patch);
          }
        }
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] patched(byte[] bytes, Patch patch) {
    ClassModel model = ClassFile.of().parse(bytes);
    List<MethodModel> meant = model.methods().stream().filter(patch::isOf).toList();
    if (meant.size() != 1) {
      throw new IllegalStateException(
          "Expected exactly one method " + patch + ", but found " + meant.size());
    }
    return ClassFile.of()
        .transformClass(model, ClassTransform.transformingMethodBodies(patch::isOf, patch.body()));
  }
}
