import { network } from '../model';

export const loadModel = async (): Promise<typeof network> => network;
