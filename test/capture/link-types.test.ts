import { expect, test } from 'vitest';
import { linkTypeName } from '../../src/capture/link-types.ts';

test.each([
  [0, 'NULL'],
  [1, 'ETHERNET'],
  [101, 'RAW'],
  [108, 'LOOP'],
  [113, 'LINUX_SLL'],
  [127, 'IEEE802_11_RADIOTAP'],
  [147, 'USER0'],
  [162, 'USER15'],
  [192, 'PPI'],
  [228, 'IPV4'],
  [229, 'IPV6'],
  [239, 'NFLOG'],
  [276, 'LINUX_SLL2'],
  [285, 'DSA_TAG_EDSA'],
  [301, 'DECT_NR'],
  [208, 'LINKTYPE_208'],
  [65_535, 'LINKTYPE_65535'],
])('link type %i is %s', (number, name) => {
  expect(linkTypeName(number)).toBe(name);
});
