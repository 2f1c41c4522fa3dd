# From U-Boot to a slot's kernel image: the first slot of kiosk_order that is good or has starts left. U-Boot 2025.01 cannot
# rename files, so starts are counted in slots.env and not in the names. Without that file, or with a broken one, both slots
# are tried. images/u-boot/boot-backend is the other side.
setenv esp "${devtype} ${devnum}:${distro_bootpart}"
if load ${esp} ${kernel_addr_r} slots.env; then
  env import -t ${kernel_addr_r} ${filesize} kiosk_order kiosk_a kiosk_b
fi
test -n "${kiosk_order}" || setenv kiosk_order a b
test -n "${kiosk_a}" || setenv kiosk_a good
test -n "${kiosk_b}" || setenv kiosk_b good

setenv start_slot 'echo madoguchi: starting slot ${slot} (${left}); if load ${esp} ${kernel_addr_r} EFI/Linux/kiosk-${slot}.efi; then fdt addr ${fdt_addr}; fdt resize; fdt set /chosen madoguchi,slot ${slot}; bootefi ${kernel_addr_r} ${fdt_addr}; fi'
setenv count_start 'setexpr left ${left} - 1; setenv kiosk_${slot} ${left}; env export -t ${kernel_addr_r} kiosk_order kiosk_a kiosk_b; fatwrite ${esp} ${kernel_addr_r} slots.env ${filesize}'

for slot in ${kiosk_order}; do
  if test "${slot}" = a; then setenv left ${kiosk_a}; else setenv left ${kiosk_b}; fi
  if test "${left}" = good; then
    run start_slot
  elif test "${left}" != 0; then
    run count_start
    run start_slot
  fi
done
# None is left: rather one that was bad than none.
setenv left none
for slot in ${kiosk_order}; do run start_slot; done
sleep 10
reset
