package io.vireo.dev.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GuestProgramTest {

  @Test
  void shouldTakeWhatIsAFileOfThisMachine() {
    assertThat(
            GuestProgram.libraries(
                "\tlinux-vdso.so.1 (0x00007f8e29c0c000)\n"
                    + "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f8e299b9000)\n"
                    + "\t/lib64/ld-linux-x86-64.so.2 (0x00007f8e29c0e000)\n"))
        .containsOnlyKeys("lib/x86_64-linux-gnu/libc.so.6", "lib64/ld-linux-x86-64.so.2")
        .containsValue(Path.of("/lib64/ld-linux-x86-64.so.2"));
    assertThat(GuestProgram.libraries("\tstatically linked\n")).isEmpty();
  }
}
