/** Prints what a class start would choose on this computer, as JSON: the address, why, and the other interfaces. */
import { chooseAddress } from '../../server/network/choose.ts';
import { findAddresses } from '../../server/network/interfaces.ts';
import { urlAt, whyWords } from '../../server/network/words.ts';

const choice = chooseAddress(await findAddresses());
const url = choice.best && urlAt(choice.best, 8080);
console.log(JSON.stringify({ url, why: whyWords(choice), others: choice.others.map(({ name }) => name) }));
