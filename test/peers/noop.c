/* Reads a capture through libpcap and does nothing with it: the measure that everything else is held against. */
#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
  if (capture == NULL) {
    fprintf(stderr, "noop: %s\n", argc == 2 ? error : "give one capture");
    return 2;
  }
  struct pcap_pkthdr *header;
  const u_char *data;
  unsigned long packets = 0;
  unsigned long bytes = 0;
  while (pcap_next_ex(capture, &header, &data) == 1) {
    packets += 1;
    bytes += header->len;
  }
  pcap_close(capture);
  printf("%lu packets, %lu bytes\n", packets, bytes);
  return 0;
}
