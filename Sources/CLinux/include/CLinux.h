// The umbrella header: everything that Swift sees of this module.
#pragma once

#include "child.h"
#include "keeper.h"
#include "sha256.h"
#include "shim.h"
#include "supervisor.h"
