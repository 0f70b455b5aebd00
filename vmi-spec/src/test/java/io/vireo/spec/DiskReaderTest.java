package io.vireo.spec;

import static io.vireo.spec.SpecReading.accepted;
import static io.vireo.spec.SpecReading.problems;
import static io.vireo.spec.SpecReading.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.spec.Problem.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'name':'root','disk':{}}]                     | []                                         | NOT_FOUND | spec.domain.devices.disks[0].name",
        "[]                                              | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.volumes[0].name",
        "[{'name':'a'},{'name':'a'}]                     | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[1].name",
        "[{'name':'a'}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}},{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.volumes[1].name",
        "[{'name':'A_b'}]                                | [{'name':'A_b','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.volumes[0].name",
        "[{'name':'a/../b'}]                             | [{'name':'a/../b','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.volumes[0].name",
        "[{'name':'a','disk':{},'cdrom':{}}]             | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0]",
        "[{'name':'a','disk':{'bus':'ide'}}]             | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].disk.bus",
        "[{'name':'a','cdrom':{'bus':'virtio'}}]         | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].cdrom.bus",
        "[{'name':'a','cdrom':{'readonly':false}}]       | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | NOT_SUPPORTED | spec.domain.devices.disks[0].cdrom.readonly",
        "[{'name':'a','disk':{'bus':'sata','readonly':true}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].disk.readonly",
        "[{'name':'a','cdrom':{'tray':'ajar'}}]          | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].cdrom.tray",
        "[{'name':'a','disk':{'bus':'usb'},'dedicatedIOThread':true}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].dedicatedIOThread",
        "[{'name':'a','blockSize':{'custom':{'logical':512}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | REQUIRED | spec.domain.devices.disks[0].blockSize.custom.physical",
        "[{'name':'a','blockSize':{'custom':{'logical':500,'physical':512}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].blockSize.custom.logical",
        "[{'name':'a','blockSize':{'custom':{'logical':512,'physical':3000}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].blockSize.custom.physical",
        "[{'name':'a','blockSize':{'custom':{'logical':512,'physical':4194304}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].blockSize.custom.physical",
        "[{'name':'a','disk':{'bus':'virtio'},'blockSize':{'custom':{'logical':4096,'physical':512}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].blockSize.custom.logical",
        "[{'name':'a','blockSize':{'custom':{'logical':4096,'physical':4096}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].blockSize.custom.logical",
        "[{'name':'a','blockSize':{'custom':{'logical':512,'physical':512,'discardGranularity':512}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | NOT_SUPPORTED | spec.domain.devices.disks[0].blockSize.custom.discardGranularity",
        "[{'name':'a','blockSize':{'matchVolume':{'enabled':true}}}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | NOT_SUPPORTED | spec.domain.devices.disks[0].blockSize.matchVolume",
        "[{'name':'a','lun':{}}]                         | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | NOT_SUPPORTED | spec.domain.devices.disks[0].lun",
        "[{'name':'a','cache':'unsafe'}]                 | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].cache",
        "[{'name':'a','io':'uring'}]                     | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].io",
        "[{'name':'a','errorPolicy':'x'}]                | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].errorPolicy",
        "[{'name':'a','serial':'a b'}]                   | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].serial",
        "[{'name':'a','bootOrder':0}]                    | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].bootOrder",
        "[{'name':'a'}]                                  | [{'name':'a','emptyDisk':{'capacity':'1Ki'}}] | INVALID | spec.volumes[0].emptyDisk.capacity",
        "[{'name':'a'}]                                  | [{'name':'a','emptyDisk':{'capacity':'17Ti'}}] | INVALID | spec.volumes[0].emptyDisk.capacity",
        "[{'name':'a'}] | [{'name':'a','persistentVolumeClaim':{}}] | REQUIRED | spec.volumes[0].persistentVolumeClaim.claimName",
        "[{'name':'a'}] | [{'name':'a','persistentVolumeClaim':{'claimName':'../c'}}] | INVALID | spec.volumes[0].persistentVolumeClaim.claimName",
        "[{'name':'a'}] | [{'name':'a','persistentVolumeClaim':{'claimName':'c','hotpluggable':true}}] | NOT_SUPPORTED | spec.volumes[0].persistentVolumeClaim.hotpluggable",
        "[{'name':'a','disk':{'bus':'sata'}}] | [{'name':'a','persistentVolumeClaim':{'claimName':'c','readOnly':true}}] | INVALID | spec.domain.devices.disks[0].disk.readonly",
        "[{'name':'a','disk':{'bus':'virtio','readonly':false}}] | [{'name':'a','persistentVolumeClaim':{'claimName':'c','readOnly':true}}] | INVALID | spec.domain.devices.disks[0].disk.readonly",
        "[{'name':'a'}] | [{'name':'a','ephemeral':{}}] | REQUIRED | spec.volumes[0].ephemeral.persistentVolumeClaim",
        "[{'name':'a','shareable':true}] | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.domain.devices.disks[0].shareable",
        "[{'name':'a','shareable':true,'cache':'writeback'}] | [{'name':'a','persistentVolumeClaim':{'claimName':'c'}}] | INVALID | spec.domain.devices.disks[0].cache",
        "[{'name':'a'}] | [{'name':'a','configMap':{}}] | REQUIRED | spec.volumes[0].configMap.name",
        "[{'name':'a'}] | [{'name':'a','secret':{'name':'s'}}] | REQUIRED | spec.volumes[0].secret.secretName",
        "[{'name':'a'}] | [{'name':'a','secret':{'secretName':'A_b'}}] | INVALID | spec.volumes[0].secret.secretName",
        "[{'name':'a'}] | [{'name':'a','serviceAccount':{}}] | REQUIRED | spec.volumes[0].serviceAccount.serviceAccountName",
        "[{'name':'a'}] | [{'name':'a','configMap':{'name':'c','volumeLabel':'a b'}}] | INVALID | spec.volumes[0].configMap.volumeLabel",
        "[{'name':'a'},{'name':'b'}] | [{'name':'a','serviceAccount':{'serviceAccountName':'s'}},{'name':'b','serviceAccount':{'serviceAccountName':'s'}}] | INVALID | spec.volumes[1].serviceAccount",
        "[{'name':'a'}] | [{'name':'a','hostDisk':{'path':'/x','type':'Disk'}}] | NOT_SUPPORTED | spec.volumes[0].hostDisk",
        "[{'name':'a'}] | [{'name':'a','cloudInitNoCloud':{}}] | REQUIRED | spec.volumes[0].cloudInitNoCloud",
        "[{'name':'a'}] | [{'name':'a','cloudInitNoCloud':{'userData':'hmac-sha256:00;bytes=2049'}}] | INVALID | spec.volumes[0].cloudInitNoCloud.userData",
        "[{'name':'a'}] | [{'name':'a','cloudInitNoCloud':{'userData':'x','networkDataBase64':'hmac-sha256:00;bytes=2049'}}] | INVALID | spec.volumes[0].cloudInitNoCloud.networkDataBase64",
        "[{'name':'a'}] | [{'name':'a','cloudInitNoCloud':{'userDataBase64':'hmac-sha256:00;not-base64'}}] | INVALID | spec.volumes[0].cloudInitNoCloud.userDataBase64",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i'},'emptyDisk':{'capacity':'1Gi'}}] | INVALID | spec.volumes[0]",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i j'}}] | INVALID | spec.volumes[0].containerDisk.image",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i','imagePullPolicy':'Sometimes'}}] | INVALID | spec.volumes[0].containerDisk.imagePullPolicy",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i','path':'/disk/../etc/x'}}] | INVALID | spec.volumes[0].containerDisk.path",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i','path':'disk/x'}}] | INVALID | spec.volumes[0].containerDisk.path",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i','path':'/'}}] | INVALID | spec.volumes[0].containerDisk.path",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i','path':'/a//b'}}] | INVALID | spec.volumes[0].containerDisk.path",
        "[{'name':'a'}]                                  | [{'name':'a','containerDisk':{'image':'i','path':'/a/.'}}] | INVALID | spec.volumes[0].containerDisk.path",
        "[{'name':'a'}]                                  | [{'name':'a','cloudInitNoCloud':{'userData':'x','userDataBase64':'eA=='}}] | INVALID | spec.volumes[0].cloudInitNoCloud",
        "[{'name':'a'}]                                  | [{'name':'a','cloudInitNoCloud':{'userData':'x','secretRef':{'name':'s'}}}] | INVALID | spec.volumes[0].cloudInitNoCloud",
        "[{'name':'a'}]                                  | [{'name':'a','cloudInitNoCloud':{'secretRef':{}}}] | REQUIRED | spec.volumes[0].cloudInitNoCloud.secretRef.name",
        "[{'name':'a'},{'name':'b'}]                     | [{'name':'a','emptyDisk':{'capacity':'1Gi'}}] | NOT_FOUND | spec.domain.devices.disks[1].name",
      })
  void shouldRefuseWrongDisksAndVolumes(String disks, String volumes, Kind kind, String path) {
    refused(
        "{'domain':{'memory':{'guest':'64Mi'},'devices':{'disks':"
            + disks
            + "}},'volumes':"
            + volumes
            + "}",
        path,
        kind);
  }

  @Test
  void shouldReadDisksWithTheirVolumes() {
    VmiSpec spec =
        accepted(
            """
            {'domain':{'memory':{'guest':'64Mi'},'devices':{'disks':[
              {'name':'root','bootOrder':1,'disk':{'bus':'virtio'},'serial':'S-1','cache':'none',
               'io':'native','errorPolicy':'report'},
              {'name':'cd','cdrom':{}},
              {'name':'seed','disk':{}}]}},
             'volumes':[
              {'name':'seed','cloudInitNoCloud':{'userData':'#cloud-config'}},
              {'name':'cd','containerDisk':{'image':'i','path':'/disk/a.iso'}},
              {'name':'root','emptyDisk':{'capacity':'1Gi'}}]}""");

    assertThat(spec.disks()).extracting(VmiSpec.Disk::name).containsExactly("root", "cd", "seed");
    assertThat(spec.disks()).extracting(VmiSpec.Disk::readOnly).containsExactly(false, true, false);
    assertThat(spec.disks())
        .extracting(VmiSpec.Disk::bus)
        .containsExactly("virtio", "sata", "sata");
    assertThat(spec.disks().getFirst().volume()).isEqualTo(new Volume.EmptyDisk(1L << 30));
  }

  @Test
  void shouldReadClaimsAndFiles() {
    VmiSpec spec =
        accepted(
            """
            {'domain':{'memory':{'guest':'64Mi'},'devices':{'disks':[
              {'name':'data','disk':{'bus':'virtio'}},
              {'name':'shared','disk':{'bus':'virtio'},'shareable':true},
              {'name':'isos','disk':{'bus':'virtio'}},
              {'name':'base','disk':{'bus':'virtio'}},
              {'name':'app','disk':{'bus':'virtio'}},
              {'name':'keys','cdrom':{}},
              {'name':'net','disk':{}}]}},
             'volumes':[
              {'name':'data','persistentVolumeClaim':{'claimName':'c.1'}},
              {'name':'shared','persistentVolumeClaim':{'claimName':'c2'}},
              {'name':'isos','persistentVolumeClaim':{'claimName':'c3','readOnly':true}},
              {'name':'base','ephemeral':{'persistentVolumeClaim':{'claimName':'c2'}}},
              {'name':'app','configMap':{'name':'conf','volumeLabel':'APP'}},
              {'name':'keys','secret':{'secretName':'s','optional':true}},
              {'name':'net','cloudInitNoCloud':{'networkData':'hmac-sha256:00;bytes=2048'}}]}""");

    assertThat(spec.claimNames()).containsExactly("c.1", "c2", "c3");
    assertThat(spec.disks())
        .extracting(VmiSpec.Disk::readOnly)
        .containsExactly(false, false, true, false, true, true, false);
    assertThat(spec.disks().get(1).shareable()).isTrue();
    assertThat(spec.disks().get(1).driver().cache()).contains("none");
    assertThat(spec.disks().get(4).volume())
        .isEqualTo(new Volume.Files(Volume.FilesKind.CONFIG_MAP, "conf", false, "APP"));
    assertThat(spec.disks().get(5).volume())
        .isEqualTo(new Volume.Files(Volume.FilesKind.SECRET, "s", true, "cfgdata"));
  }

  @Test
  void shouldRefuseABootOrderThatIsUsedTwice() {
    refused(
        """
        {'domain':{'memory':{'guest':'64Mi'},'devices':{
          'disks':[{'name':'a','bootOrder':1,'disk':{}},{'name':'b','bootOrder':1,'disk':{}}]}},
         'volumes':[{'name':'a','emptyDisk':{'capacity':'1Gi'}},{'name':'b','emptyDisk':{'capacity':'1Gi'}}]}""",
        "spec.domain.devices.disks[1].bootOrder",
        Kind.INVALID);
    refused(
        """
        {'domain':{'memory':{'guest':'64Mi'},'devices':{
          'disks':[{'name':'a','bootOrder':1,'disk':{}}],
          'interfaces':[{'name':'n','bootOrder':1,'masquerade':{}}]}},
         'networks':[{'name':'n','pod':{}}],
         'volumes':[{'name':'a','emptyDisk':{'capacity':'1Gi'}}]}""",
        "spec.domain.devices.interfaces[0].bootOrder",
        Kind.INVALID);
  }

  @Test
  void shouldNeverQuoteInlineData() {
    List<Problem> problems =
        problems(
            """
            {'domain':{'memory':{'guest':'64Mi'},'devices':{'disks':[{'name':'a'}]}},
             'volumes':[{'name':'a','cloudInitNoCloud':{'userData':'hunter2','userDataBase64':'hunter2',
             'password':'hunter2'}}]}""");

    assertThat(problems.toString()).doesNotContain("hunter2");
  }
}
