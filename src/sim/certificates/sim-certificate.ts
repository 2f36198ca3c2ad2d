/**
 * The certificate that a Veyon 5 host makes for itself at each start, unless it is configured with
 * another.
 */
import { createPrivateKey } from "node:crypto";
import {
  basicConstraints,
  type CertificateWithKey,
  createCertificate,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeNames,
} from "./certificate.ts";

const validityMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Signed by itself, with SHA-1, serial 0, and a path length although it is no authority, as 5-dev
 * does.
 */
export function veyon5Certificate(hostName: string): CertificateWithKey {
  const now = Date.now();
  return createCertificate({
    commonName: hostName,
    privateKey: createPrivateKey(privateKeyPem),
    serial: 0,
    hash: "sha1",
    validFrom: new Date(now),
    validUntil: new Date(now + validityMs),
    extensions: [
      basicConstraints(false, 0),
      keyUsage("digitalSignature", "keyEncipherment", "keyCertSign"),
      extendedKeyUsage("serverAuth"),
      subjectAlternativeNames(hostName, "0.0.0.0"),
    ],
  });
}

/**
 * A real host makes a key of its own, which takes it seconds. This one is public, and protects
 * nothing.
 */
const privateKeyPem = `-----BEGIN PRIVATE KEY-----
MIIJQgIBADANBgkqhkiG9w0BAQEFAASCCSwwggkoAgEAAoICAQDTRa96FFYL+qn8
CVThchM/nVhh6naQOmZLO9W4TlltlUIL+UWW3ESuPymIslvNVVPk4xCqjJSHuJr5
a7xwyPTgRNPtFl0g60OaxD3UCiVkTqUlOYvAU6HxAHzGJwaE50H8E//LNtgewBwm
Ju22BspJecPz1Nct+kNCOgTxRz4bOhDUhy1TnK3F1QtsYXwQ7uIKjE5TE/dnZKqs
XsKfc5IT11wBNWcSS0BkV312p2Q+UrGZa7EYmAHnL8zsaufhTDSIvUdHvC3dwslV
+S7qTnhmrqrjRROhIDGXFX+DGFTjvqw2F3++ygIOQZ+xxeCXo13/ziT0kA76yj7I
Uz5xjZFWxcwB0P9MJSiqPVXIB+3QLE3yfmlstz97aPQ8HOKZSydan3wXsYiO+T5/
cKeqVtsvu/+V7ZrihRYKONT65O6fNlLiwaE/F+uzSNipTPWXtxSZBWPpxwig2Jvz
oE1B6K8/p7cBimxZ4NKMcuOXW2zYjH4pnauobqQgWlCCNNNHO+1B+kaRTy4Scz/D
giev/t4YGgKmKSeuhqzQo/wRnELHhoPyFAQdCzGejQ4zq84gejRNAlDggkd5RsU/
q5qhf5asvfvwtejDfFv8rTAaDRY7VnC67xQEcvZ+k6v5tOqujxRyvV0TMWhxSroj
xMXWDPJF/7QCcwMdZW7BXH9pWYXfsQIDAQABAoICAAEX7nCTUMUYs9VTtwmNRzKg
SqgD4dk22pCvhP7cAo2upOJ3x9E5rDrt2MLJKYoTU8ih5DqXWUcNwL+WiMMmRx4u
1p0p7USrJkGgaMsc9YfI+gUKgM6q01iL+0yLQMPI7qGykmbBQenm1KTd6FBCeLzC
N8fRsjHRIC5kXnvHnDd7Dw5w8XfqHhW7PicX2hLvj/vxMSnJtxFLh0nQTVf5IShs
VO2TEsiyQWl2vakZJ+VESE1vx6esIbzKL1iJ6E+7ztaZipga2tUeM1/E8MxsDsBG
GlxSxZpv42trKqqWPA1xtZje392Wh6wxnfUtl2jLHHfWeU2xJGK0thGs9jj51c0h
Kj5WMSIxZVbFuOZ7Fb7kdGbSmYbKrYC4bVDnALg5+Sqk06xrAL9kjlgHptoaLJyh
PNbFCnIq7lNWRuahEJbnHE4zVeyRusOs00tTrw5xHAxyUXzM9mswRRPo+ZVwQsf9
3kwc3lcBeUi0vIWeKIAlfunc+2g9YrfbuzVZNlTHssgOvrEd0ATCVh2b1F0Xz4DH
mwlgc+7Q2fGnYWpgfr1Zr7yb4rutPm4WT3GTn6Qp87b+8L2JOAHqxpy/GqnEH68+
sFyOlhq2p4Oa/JzWdQn78vm1DjEQxSrTKQf+r5XZYra0EzJx9knSjQ6OnAXt74va
yQA5P88Fui1k1fgug5aBAoIBAQDqMqMXCIEdGZljQqfyE0I0gvO7Zg7Cfm5BqX/f
TD5Rm+a/lQM2izlmrCKL8IP67evmzow2JKDNC4wd5x5JQOUxePIxi18x3c/gqEhj
VyrhD5w6DLO3CSEP7pjcPbVdZAslKPxa831zb4ZWpI0HBXXoAnzdAna0XO4eipGN
hDi8723X3ImKkp1RXjoFrgrqxSP9sBJ8RkONKSWuOpaNFHaO7n+R9M94B5YlWLBN
hRQ/uFvF61YL6p5bSoffqmPD3pZ1iLt9eV3hzGE2ldZJTppkmuuvZXjP2tRHAPWl
LCCoCeWjlNgWVuVHW4E/3L8etIIufgKDwzy45OcQjkR+OjaTAoIBAQDm8LCC0RGT
R7GPdC37uHVdJ+r8tj3NSVrKlc63iHJNBY2KOqs3F0y9ViWmxFEOaCE6uXw49aWC
iWJ7DS2KJ7afaUCIJG/bsHNqLKQZVF44XcZ6yWK0NbmHRMQVpnt0Lz2uHDkiwM4T
z0P7Ucq418JX6NZ95AuyAgfulz0D7Y2Rb4WzDlyE9UpMY/5blyMivfEpI/LaYfhF
BDE0pZaZNMXHELIwcXHRkv2VC1WU6c/bLfGlpv4dppBdy/vvZyGq7ReCtZaeRpEb
S3yYP9TEx0urrVBu2jpOtLnAGO+/J8+VtfSoC8NJm/lENyg0ePwX/tQrvC6Jyoph
+QGu1mns+pcrAoIBAQDkZA14YOrJHjXf/xkZkn52B1752kV6lyGfF1WExi3gGFGn
dAJ2JsALyMLIBf4vr+bmZ3eFNaM7U4+JeeKnPYpF/NT0TB7B2rbnODWf61n9seOB
GPIKBfUgPGcGIYfFU9MqohW3/MzSzmgMBt0hg8nAQOzT+5sXuajeT/QyNke+uSA9
6uyXHvQcbe/XqisrWKYIuLTOTReDiiUdDDXVz6bvLNdr13qca4mZUixc7PMaUQfu
s9puNJfKH5zyGpDAa0n/xSBS9REBKveC7AzV4LngctR1cFepHJb3x4/HTIlsVnqE
VJuG7acbN7mMNhKMNyzdejWpmbSV+2T7WEKjdtHRAoIBAFLpbOW6e83duoDfXDb4
daJ5V2NdZnjScjcza6D26tp+ON+8yoWf5tw/Fot2BgffGLcFqvSkNMTV4DZ/d68X
LPi0iAeY1VQRWI5w8oVphd5ExKKGtNowQ6it5pxDRiVjZIii91xjzljMXALZzadp
Rwvau089VXmWQxTE1ZIYcnAZku3DJTJTAlbEu6hUbbfma7OyhVkkPUdCBwx4usXM
bYlXlDHSOOPeGw6soBAzlX2CVDR97NPmXgRe3NeJtkuwjXVPDoFKooQjKNtcZ14y
kxdSxQLXdIGXXuz5xvFhMKT2S50dhAJkbiywhM259gADbFc7W5X60o30IUeNEUCU
gzsCggEAKPC+S3OBKkuNqse2AvSQy+gFT0FQ75q6SKtSIWI8G7lNOweC4wn8b9Ed
1ihxbTDtNru5IgTZcM4yfvEkEbkokvFp7d4Eqxdi4+hy/rILd91K9n/S0+rUfDlW
77yVRk4WTBepuskhqven6+JE+oj974VJvCkkWG3fege8yezDc0oobYfznVGCm1Fw
q2VMx8UxBeA+AAZBSZTLOuauzzJtbh4P8wi9eTUY+6THimDChaHCUYbLDk3udiTk
/qTqP+1o5I8XL2p1hHZAPQ0vqLC914xwGBNCBnC/wVrn/zXU4wrYtNBZdZZJR0S+
/K4uz7m5wiQ/DO16Q7KXfZO2x6JgBg==
-----END PRIVATE KEY-----
`;
