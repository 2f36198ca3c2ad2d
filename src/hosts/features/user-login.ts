import { nilUuid } from "../../qt/uuid.ts";
import { string } from "../../qt/variant.ts";
import { encryptPassword, passwordBytesMax } from "../../veyon/crypto.ts";
import { argumentsObject, filledText, utf8 } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const uid = featureIds.userLogin;

/**
 * The one key of all Veyon 4 installations. Its private half ships with each of them, so it hides
 * the password from a casual look and from nobody else.
 */
const publicKey = `-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAw4Hdng+S29WpUrVHGnVu
gAZkPpKYBGcDH1kaOSBsLoMfz+Q8RSbYNrQifqVT/AkOAqeu/F0z3cbDvG5Tfzh8
rphMQTaDsOVgzao4QpzlVhKst7xQAix9YTN1h9iDTvyJqPFkV8OfjB6RvpkNs5XG
Cp/ZGo56fzvNPSfROhRW4Ufb+2BSB/jeLxT2p+ojFsymY/nGUjULdLBNeCzvbDU0
0W9crquSgrdL6fADbV2jhvs8gNUCmN+y8L7PSGPtqCfUA95vCoNh8nYWxi/FdebC
+WNGGqACAqa/USv4SsF4GMvd8T+o+kP6XPF9mKftl75Sg6Lelf4VbiRFSSnjTIQF
gIE3T0jpPhB221CkIBbVrS42bGXZaLVvhT2UCi4QCH2g/KuT3xS7O6eUPEmc9sIS
j+H5WtQzh8I4KGP20yj5NpeUOBg3tURfaPMCh/9GIBYAI31H3cf5gTqpAo95HiEQ
vbKxm6S5btNesOHkfRpulvDcePHtYp/Ht4CyHWJwAqLcbZ/H/Vu3cBVcuA6j5+sh
38hftS2WjdRhz8h93H+Ire41hSEpNiObthn7wjXHzImiZw9Mletc/RvBRMh4WRA3
srnZieAlyke2n9gQep0HHE6dO3UzQz1sNJcbzywg3ymFGjexaVGUDH4LrANhrEbb
sQxXUxcWPWJQWj1N9H9nCwkCAwEAAQ==
-----END PUBLIC KEY-----
`;

const schema = argumentsObject({
  username: filledText.describe("An account of the host."),
  password: utf8(filledText, passwordBytesMax),
});

export const userLogin: Feature = {
  uid,
  name: "UserLogin",
  parentUid: nilUuid,
  start: startWith(schema, ({ username, password }) => [
    {
      feature: uid,
      command: 0,
      arguments: [
        [{ number: 0, name: "Username" }, string(username)],
        [{ number: 1, name: "Password" }, string(encryptPassword(password, publicKey).toHex())],
      ],
    },
  ]),
  stop: nothingToStop,
};
