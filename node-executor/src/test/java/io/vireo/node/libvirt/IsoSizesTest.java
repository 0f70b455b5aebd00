package io.vireo.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IsoSizesTest {

  @Test
  void shouldFindTheIsoImagesAmongTheDisks() throws IOException {
    assertThat(
            IsoSizes.files(
                """
                <domain type='qemu' id='1'>
                  <devices>
                    <disk type='file' device='disk'>
                      <source file='/disks/root.qcow2' index='1'/>
                      <backingStore type='file' index='3'>
                        <source file='/images/base.iso'/>
                      </backingStore>
                      <alias name='ua-root'/>
                    </disk>
                    <disk type='file' device='cdrom'>
                      <source file='/disks/seed.iso'/><alias name='ua-seed'/>
                    </disk>
                    <disk type='block' device='disk'>
                      <source dev='/dev/vireo-data'/><alias name='ua-data'/>
                    </disk>
                    <disk type='file' device='cdrom'>
                      <source file='/disks/keys.iso'/><alias name='ua-keys'/>
                    </disk>
                    <disk type='file' device='disk'><source file='/other.iso'/></disk>
                    <serial type='unix'><source path='/x.iso'/><alias name='ua-serial'/></serial>
                  </devices>
                </domain>"""))
        .isEqualTo(Map.of("seed", "/disks/seed.iso", "keys", "/disks/keys.iso"));
  }

  @Test
  void shouldRefuseMalformedXml() {
    assertThatThrownBy(() -> IsoSizes.files("<domain>")).isInstanceOf(IOException.class);
  }
}
